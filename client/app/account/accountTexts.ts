// Account texts: every sentence the pages say of accounts, browsers and bans, in English, in one place
// for translators. It decides nothing but words.

import type { AlertSeen } from "../../../shared/owned.ts";
import type { AlertKind, AlertTold } from "../../../shared/protocol.ts";
import type { Ban } from "../../join.ts";
import type { SignedOutWhy } from "../person.ts";
import { clockText, spanText } from "../texts.ts";

const ago = (ms: number): string => (ms < 60_000 ? "just now" : `${spanText(ms)} ago`);

const signedOutWhys: Readonly<Record<SignedOutWhy, string>> = {
  "password-changed":
    "The password of your account was changed, which signs every other browser out.",
  "signed-out": "Your account was signed out everywhere.",
  "signed-in": "You signed in anew elsewhere.",
};

const alerts: Readonly<Record<AlertKind, (device: string) => string>> = {
  "new-device": (device) => `Somebody signed in on a new device: ${device}.`,
  "crowded-address": (device) =>
    `Somebody signed in on a new device, ${device}, where many other accounts were signed in to.`,
  "many-failures": (device) => `Somebody signed in on ${device} after many wrong passwords.`,
  "ticket-reused": () => "A seat was taken up with a ticket that was used before.",
  "role-changed": () => "Your role was changed.",
};

export const accountTexts = {
  title: "Your account",
  open: "Account",
  openAs: (name: string) => `Account of ${name}`,
  home: "All games",
  keep: "Keep your seats: make an account",
  orSignIn: "Or sign in, or make an account",
  moderation: "Moderation",
  close: "Close",
  asking: "Asking who you are …",
  unreached: "The server cannot be reached right now. Try again in a moment.",
  roles: { guest: "guest", player: "player", moderator: "moderator", admin: "admin" },
  nobody: "You are signed out",
  nobodyAbout: "Type a name and play as a guest, or sign in to find your seats and stories.",
  guest: (name: string) => `You play as ${name}, a guest`,
  guestAbout:
    "Your seats and stories belong to this browser alone. With an account they are yours anywhere; you keep the seat you sit in.",
  player: (name: string) => `You are ${name}`,
  registerTitle: "Keep what is yours",
  register: "Make the account",
  registering: "Making it …",
  signInTitle: "Sign in",
  signIn: "Sign in",
  signingIn: "Signing in …",
  toRegister: "No account yet? Make one",
  toSignIn: "You have an account? Sign in",
  signInKeeps: "If you have a seat as a guest, it comes along.",
  name: "Name",
  nameHint: "1 to 24 letters. Others see it, and you sign in with it.",
  password: "Password",
  passwordHint: "At least 8 characters. Several words are good, and easier to type.",
  show: "Show it",
  passwordTitle: "Change the password",
  passwordAbout: "Every other browser is signed out by it.",
  current: "Password until now",
  next: "New password",
  change: "Change it",
  changing: "Changing it …",
  changed: "The password is changed. Every other browser is signed out.",
  signOut: "Sign out here",
  signOutEverywhere: "Sign out everywhere",
  signOutGuestAsk: "Sign out as a guest?",
  signOutGuestAbout:
    "Nobody can come back as this guest: seats and stories are given up. Make an account to keep them.",
  signOutYes: "Sign out",
  stay: "Stay",
  shownName: "Name that others see",
  shownNameAbout: "From the next table on. An account is still signed in to by its own name.",
  rename: "Change",
  renamed: (name: string) => `Others see you as ${name}.`,
  preferences: "How you like the pages",
  asDevice: "As this device says",
  colours: "Colours",
  colour: {
    "": "As this device says",
    light: "Light",
    dark: "Dark",
    contrast: "High contrast",
  },
  motion: "Motion",
  motions: { "": "As this device says", calm: "Little motion", full: "All of it" },
  language: "Language",
  handOff: "Go on, on another device",
  handOffAbout:
    "A code makes the other device you, with the seat you sit in. It is good once, for two minutes.",
  handOffShow: "Show a code",
  handOffAnother: "Another code",
  handOffHow: (host: string) =>
    `Point the other device’s camera at the square, or open ${host} there, choose “Enter a code”, and type:`,
  handOffQr: "QR code of the link with the code",
  handOffLink: "Link with the code",
  handOffLeft: (ms: number) => `Good for ${clockText(ms)} more. Tell it to nobody else.`,
  handOffOver: "The code is over. Ask for another one.",
  orTake: "Enter a code from your other device",
  take: "Go on here",
  takeAbout: "Type the code that your other device shows. Your seat comes to this one.",
  takeCode: "Code",
  takeNow: "Go on here",
  takeInstead: (name: string) =>
    `You are ${name} here until then. If that is a guest, its seats are given up.`,
  takeUnknown: "No device shows that code, or not any more. Ask yours for another one.",
  browsers: "Where you are signed in",
  thisOne: "this one",
  seen: (agoMs: number) => `seen ${ago(agoMs)}`,
  connected: (count: number) => (count === 1 ? "a page is open" : `${count} pages are open`),
  signsOutIn: (ms: number) => `asks for the password in ${daysText(ms)}`,
  end: "Sign out",
  endOf: (device: string) => `Sign out ${device}`,
  ended: (device: string) => `${device} is signed out.`,
  seatsTitle: "Seats that no browser of these holds",
  seat: (game: string, seat: number) => `${game}, seat ${seat + 1}`,
  seatStatus: {
    waiting: "waits for others",
    running: "is being played",
    ended: "is over",
    parked: "sleeps until you are back",
    quarantined: "is stopped by a fault, and kept",
  },
  stories: "Your stories",
  storiesOf: (game: string, count: number) =>
    count === 1
      ? `One story of ${game} is kept.`
      : count === 2
        ? `You have two stories of ${game}. One goes on, the other is kept beside it.`
        : `You have ${count} stories of ${game}. One goes on, the others are kept beside it.`,
  storyBegun: "The one at your table",
  storyPlayed: "being played",
  storyNext: "goes on at your next visit",
  storyTakeUp: "Go on with this one",
  storyLater: "You can choose it when you have left the table.",
  storyLeft: (ms: number) => (ms < 60_000 ? "left just now" : `left ${daysText(ms)} ago`),
  storyOfGuest: "begun as a guest",
  storyOfAccount: "of this account",
  kept: "What is kept of you",
  keptAbout:
    "Name, account, browsers, seats, stories and preferences, until you delete them or do not come back for long.",
  export: "Download all of it",
  deleteAccount: "Delete the account",
  deleteGuest: "Delete everything",
  deleteAbout:
    "Your seats are given up, your stories and preferences are gone, and every browser is signed out. Nobody can undo it.",
  deleteMeant: "I mean it",
  deleteNow: "Delete it for good",
  alertsTitle: "Unusual sign-ins",
  alertsAbout: "Was this not you? Change the password: every other browser is signed out.",
  alertsAboutGuest:
    "Was this not you? Make an account: whatever others hold of you is worth nothing from then on.",
  alert: ({ kind, device, agoMs }: AlertSeen) => `${alerts[kind](device)} ${capital(ago(agoMs))}.`,
  alertNow: ({ alert, device }: AlertTold) => alerts[alert](device),
  alertToast: "There was an unusual sign-in to your account.",
  stayed: (ms: number) => `You stay signed in for another ${daysText(ms)}.`,
  signInToStay: "Sign in again on your account’s page to stay. Your seat is kept meanwhile.",
  look: "Look at it",
  signedOut: "You were signed out here",
  signedOutWhy: (why: SignedOutWhy | undefined) =>
    why === undefined ? "Your session was ended, here or on another device." : signedOutWhys[why],
  asGuest: (name: string) => `Play as a new guest, ${name}`,
  comeBack: "Sit down again",
  signedOutSeat: "Your seat is kept for a while. Sign in and you sit in it again.",
  banned: "You are kept out",
  bannedFor: ({ reason }: Ban) => `Reason: ${reason}`,
  bannedUntil: ({ endsInMs }: Ban) =>
    endsInMs === null ? "It has no end." : `It ends in ${daysText(endsInMs)}.`,
  bannedAbout: "Your account, your seats while they last and your stories are as they were.",
  tryAgain: "Try again",
  /** By the reason a request was refused with: what to do now. Others are told in the server's words. */
  problems: {
    "sign-in-failed": "Name or password is wrong. Capitals count in the password, not in the name.",
    "name-taken": "Somebody has that name already. Choose another, or sign in if it is yours.",
    "name-invalid": "A name has 1 to 24 visible characters.",
    "password-invalid": "A password has at least 8 and at most 256 characters.",
    "password-common": "Anybody would try that password first. Choose another.",
    "sign-in-needed": "You are signed out by now. Sign in first.",
    "not-found": "Nobody has that name.",
    "not-allowed": "You may not do that: nobody changes whoever stands as high as they do.",
    "password-needed":
      "This wants your password, typed today and since you have your role. Sign out on your account's page, sign in again, and come back.",
  } as Readonly<Record<string, string>>,
  wait: (ms: number) => `Wait ${spanText(ms)}.`,
};

/** Days where hours would be many: "29 days". */
function daysText(ms: number): string {
  const days = Math.round(ms / 86_400_000);
  return days < 2 ? spanText(ms) : `${days} days`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
