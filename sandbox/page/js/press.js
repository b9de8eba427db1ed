/** What happens after a button: Teams draws another dialog, a toast, an error, or nothing but the changed card. */

import * as api from "./api.js";
import { load } from "./conversations.js";
import { closeDialog, isShowing, showDialog, showDialogError, showDialogText } from "./dialog.js";
import { complain, say } from "./notify.js";
import { me } from "./state.js";

/**
 * @typedef {import("./types").Spot} Spot
 * @typedef {import("./types").Answer} Answer
 */

/** @param {Spot} spot @returns {import("./card.js").OnPress} */
export function presser(spot) {
  return (press) => perform(spot, api.press(me().id, spot, press));
}

/** The commands that the app's manifest offers beside the compose box and on messages. */
const REFER = "refer";
const REFER_MESSAGE = "referMessage";

/** @param {string} conversation @param {string} [message] the message to refer */
export function refer(conversation, message) {
  return perform(
    { conversation },
    api.extension(me().id, conversation, message ? REFER_MESSAGE : REFER, message),
  );
}

/** What the menu of a message with such a card offers. @param {string} conversation @param {string} message */
export const refresh = (conversation, message) =>
  perform({ conversation, message }, api.refresh(me().id, conversation, message));

/** Sends a message with the card of a search's result; tells whether it was sent.
 * @param {Parameters<typeof api.insert>[1]} message */
export async function insert(message) {
  const answer = await api.insert(me().id, message);
  react({ conversation: message.conversation }, answer);
  await load(message.conversation);
  return answer.kind === "sent";
}

/** @param {Spot} spot @param {Promise<Answer>} request */
async function perform(spot, request) {
  try {
    const answer = await request;
    if (!spot.dialog || isShowing(spot.dialog)) react(spot, answer);
  } catch (error) {
    if (spot.dialog && isShowing(spot.dialog)) showDialogError(String(/** @type {Error} */ (error).message));
    else complain(error);
  }
  if (!spot.dialog) await load(spot.conversation);
}

/** @param {Spot} spot @param {Answer} answer */
function react(spot, answer) {
  switch (answer.kind) {
    case "dialog":
      return showDialog(
        answer.dialog,
        presser({ conversation: spot.conversation, dialog: answer.dialog.id }),
      );
    case "dialog_message":
      return showDialogText(answer.text);
    case "closed":
      return closeDialog();
    case "toast":
    case "message":
      return answer.text ? say(answer.text) : undefined;
    case "error":
      console.info(`Behind "${answer.text}": ${answer.detail ?? "nothing more is known"}`);
      if (spot.dialog) return showDialogError(answer.text);
      return complain(new Error(answer.text));
    default:
      return undefined; // the card itself has changed, or there is nothing to show
  }
}
