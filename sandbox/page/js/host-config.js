/** How Adaptive Cards look in Teams. Colours are the theme's own variables, so a switch of theme needs no redrawing. */

const TEXT = { default: "var(--text)", subtle: "var(--text-subtle)" };

/** @param {string} name */
const coloured = (name) => ({ default: `var(--card-${name})`, subtle: `var(--card-${name})` });

const FOREGROUND = {
  default: TEXT,
  dark: TEXT,
  light: { default: "#ffffff", subtle: "#e0e0e0" },
  accent: coloured("accent"),
  good: coloured("good"),
  warning: coloured("warning"),
  attention: coloured("attention"),
};

/** @param {string} background */
const container = (background) => ({ backgroundColor: background, foregroundColors: FOREGROUND });

export const HOST_CONFIG = {
  supportsInteractivity: true,
  hostCapabilities: { capabilities: null },
  fontFamily: "inherit",
  fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
  fontWeights: { lighter: 300, default: 400, bolder: 600 },
  lineHeights: { small: 16, default: 20, medium: 20, large: 24, extraLarge: 32 },
  spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
  separator: { lineThickness: 1, lineColor: "var(--line)" },
  containerStyles: {
    default: container("transparent"),
    emphasis: container("var(--card-emphasis-back)"),
    accent: container("var(--card-accent-back)"),
    good: container("var(--card-good-back)"),
    attention: container("var(--card-attention-back)"),
    warning: container("var(--card-warning-back)"),
  },
  actions: {
    maxActions: 6,
    spacing: "medium",
    buttonSpacing: 8,
    showCard: { actionMode: "inline", inlineTopMargin: 16, style: "emphasis" },
    actionsOrientation: "horizontal",
    actionAlignment: "left",
    allowTitleToWrap: true,
  },
  inputs: {
    label: {
      inputSpacing: "small",
      requiredInputs: { weight: "bolder", suffix: " *", suffixColor: "attention" },
      optionalInputs: { weight: "bolder" },
    },
    errorMessage: { color: "attention", weight: "default" },
  },
  textStyles: { heading: { size: "large", weight: "bolder" }, columnHeader: { weight: "bolder" } },
  textBlock: { headingLevel: 3 },
  factSet: {
    title: { weight: "bolder", wrap: true, maxWidth: 150 },
    value: { wrap: true },
    spacing: 12,
  },
};
