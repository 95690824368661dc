// Lab texts: what the lab says, in English, in one place for translators.

import { countText } from "../texts.ts";

export const labTexts = {
  open: "Lab",
  title: "Spoil the line",
  about: "Everything here happens inside this page, between the game and its socket.",
  delay: "Delay, one way",
  jitter: "Jitter",
  loss: "Loss",
  lossAbout: "A lost packet is sent again a little later, as TCP does.",
  blackHole: "Black hole",
  blackHoleAbout: "Nothing arrives any more, and nobody is told.",
  cut: "Cut the line",
  offline: "Offline",
  offlineAbout: "Cut, and no new line can be opened.",
  calm: "All well again",
  ms: (value: number) => `${value} ms`,
  percent: (value: number) => `${value} %`,
  lines: (count: number) => countText(count, "open line", "open lines"),
};
