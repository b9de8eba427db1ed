/** What the sandbox's client API sends, and the two renderers that index.html loads as plain scripts. */

export interface Person {
  id: string;
  name: string;
  upn: string;
  agency: string;
  roles: Record<string, string>;
  tenant: string;
}

export interface Channel {
  id: string;
  name: string;
  hub: string | null;
}

export interface Team {
  id: string;
  name: string;
  installed: boolean;
  channels: Channel[];
}

export interface Chat {
  id: string;
  name: string;
  kind: string;
  installed: boolean;
}

export interface Places {
  teams: Team[];
  chats: Chat[];
}

export interface Message {
  id: string;
  root: string;
  from: { id: string; name: string; bot: boolean };
  /** The app whose card a person sent. */
  via: string | null;
  text: string | null;
  summary: string | null;
  card: CardJson | null;
  at: string;
  edited: string | null;
  /** What a notification says to this person; null where Teams would stay quiet. */
  notification: string | null;
}

export type CardJson = Record<string, unknown>;

export interface DialogContent {
  id: string;
  title: string;
  card: CardJson;
  height: number | string | null;
  width: number | string | null;
}

export type Answer =
  | { kind: "card"; card: CardJson }
  | { kind: "toast" | "message"; text: string }
  | { kind: "dialog"; dialog: DialogContent }
  | { kind: "closed" }
  | { kind: "link"; url: string }
  | { kind: "dialog_message"; text: string }
  | ErrorAnswer
  | { kind: "sent" };

export interface ErrorAnswer {
  kind: "error";
  text: string;
  status?: number;
  detail?: string;
}

/** One line of what a search found, and the card that is sent when it is chosen. */
export interface Result {
  id: string;
  preview: { title?: string; subtitle?: string; text?: string };
  card: CardJson;
}

export type SearchAnswer =
  | { kind: "results"; results: Result[]; more: boolean }
  | { kind: "message"; text: string }
  | { kind: "auth" | "config"; title: string; url: string }
  | ErrorAnswer;

/** Where a button was pressed: on a message's card or in an open dialog. */
export interface Spot {
  conversation: string;
  message?: string;
  dialog?: string;
}

export interface Fault {
  target: string;
  kind: string;
  probability?: number;
  seconds?: number;
  retry_after?: number;
  match?: string | null;
  times?: number | null;
}

/** One request that the bot made to a service of the sandbox. */
export interface SeenRequest {
  method: string;
  path: string;
  status: number;
  at: string;
}

export type TimeStep = "tomorrow" | "next_week" | "next_month";

/** The bot's time; null where its clock cannot be moved. */
export interface BotClock {
  now: string | null;
  travelled: boolean;
}

export interface ListColumn {
  name: string;
  title: string;
}

export interface ListView {
  name: string;
  title: string;
  count: number;
  web_url: string;
  columns: ListColumn[];
}

export interface ListRow {
  version: string;
  id: string;
  fields: Record<string, unknown>;
}

export interface Route {
  view: "teams" | "chat" | "lists" | "faults";
  id: string;
}

declare global {
  const AdaptiveCards: typeof import("adaptivecards");
  const markdownit: (options: object) => {
    disable(rules: string[]): unknown;
    render(text: string): string;
  };
}
