// Texts: every sentence that several pages say, in English, in one place, so that another language is
// one more file like this. What belongs to one part alone stands in that part's own file of texts.

import type { SeatView } from "../seat.ts";

/** "1 move", "2 moves" */
export function countText(count: number, singular: string, plural: string): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

/** Minutes and seconds as people read a countdown: 0:57. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** A longer time in words: "12 min", "3 h". */
export function spanText(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 1) return "less than a minute";
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

export const texts = {
  title: "Holdfast",
  pages: { account: "Your account", admin: "Moderation", take: "Go on here" },
  motto: "Play with others, right in the browser. Lose your line, keep your seat.",
  games: {
    arena: {
      name: "Kelp Sea",
      about: "Sail, gather pearls, hide in the kelp, sink your friends. 1 to 16 ships, live.",
    },
    adventure: {
      name: "The Light of Thole",
      about:
        "A story on a rock in the sea, for 1 to 50 at once. Walk, read, talk; two hands are not enough.",
    },
    eights: {
      name: "Eights",
      about:
        "Match the suit or the rank, and be rid of your cards first. Eights are wild. 2 to 4 players.",
    },
    nim: {
      name: "Nim",
      about: "21 sticks, take one to three. Whoever takes the last one wins. For two.",
    },
  },
  landing: {
    name: "Your name",
    nameHint: "1 to 24 letters. Others see it.",
    nameNeeded: "Please type a name first.",
    signedInAs: (name: string) => `You play as ${name}`,
    play: "Play now",
    private: "Private room",
    codeLabel: "Room code",
    codeHint: "From a friend, as in arena-k7m2p",
    codeJoin: "Join",
    codeUnknown: "Which game? Type the code with its game, as in nim-k7m2p.",
    stillOn: "Your game is still on",
    stillOnAbout: "Your seat is kept. Sit down again with one click.",
    sitDown: "Sit down",
    holdsTitle: "What holds here",
    holds: [
      ["Your seat", "A tunnel, a reload, a closed tab, a restarted server: you come back to it."],
      ["Your moves", "Each one counts exactly once, also if the line was gone in between."],
      ["Your patience", "No waiting for time-outs: you are back moments after your network is."],
    ],
    tryIt: "Spoil a line yourself",
    tryItAbout: "Delay it, drop it, cut it, and watch the game go on.",
    rooms: "Open rooms",
    noRooms: "No open rooms yet. Play now makes one.",
    seats: (taken: number, most: number) => `${taken} of ${countText(most, "seat", "seats")}`,
    roomStatus: {
      waiting: "waiting",
      running: "playing",
      ended: "over",
      parked: "asleep",
      quarantined: "stopped by a fault; kept",
    },
    noSuchRooms: "No open room is like that now.",
    allGames: "All games",
    filterGame: "Which game",
    filterSeat: "with a free seat",
    join: "Join",
    joinOf: (game: string) => `Join a room of ${game}`,
    watch: "Watch",
    watchOf: (game: string) => `Watch a room of ${game}`,
    now: (players: number, rooms: number, hasBots: boolean) =>
      rooms === 0
        ? `Nobody is here yet${hasBots ? ", but bots sail along" : ""}. Begin, and send a friend the link.`
        : `${countText(players, "player", "players")} in ${countText(rooms, "open room", "open rooms")}`,
    saved: (game: string) => `${game}: your story goes on`,
    savedAbout: "Your place, your things and your story so far are kept.",
    savedOthers: "Or choose your other story",
    goOn: "Go on",
    away: "The server cannot be reached right now. Trying again by itself.",
  },
  table: {
    home: "All games",
    leave: "Leave",
    leaveAsk: "Give up your seat?",
    leaveAbout: "Somebody else may take it. Closing the page keeps it for a while instead.",
    leaveYes: "Give it up",
    leaveNo: "Stay",
    invite: "Invite",
    inviteAbout: "Send this link, or tell the code:",
    inviteLink: "Link to this room",
    copy: "Copy link",
    copied: "Copied",
    share: "Share",
    code: (telling: string) => `Room ${telling}`,
    watching: "You are watching.",
    seating: "Taking your seat …",
    seatingLong: "Still trying to reach the server …",
    waiting: "Waiting for somebody to sit down.",
    waitingAbout: "A friend gets here by this link, or by the code:",
    waitingListed: "Whoever presses Play now may come as well.",
    waitingPrivate: "The room is private: nobody else finds it.",
    nobody: "Free seat",
    /** In place of a name, as in "… wins." */
    left: "Somebody who has left",
    you: "you",
    close: "Close",
  },
  presence: {
    away: (cause: SeatView["cause"]) => (cause === "idle" ? "idle" : "away"),
    kept: (ms: number) => `seat kept for ${clockText(ms)}`,
    returning: "is back",
    gone: "has left",
    said: {
      here: () => "",
      away: (name: string) => `${name} is away.`,
      returning: (name: string) => `${name} is back.`,
      gone: (name: string) => `${name} has left.`,
    },
    short: (ms: number) => clockText(ms),
  },
  line: {
    label: "Connection",
    connecting: "Connecting",
    live: "Live",
    slow: "Live, slow line",
    shaky: "Shaky line",
    paused: "Paused",
    reconnecting: "Reconnecting",
    elsewhere: "Elsewhere",
    over: "Ended",
    roundTrip: (ms: number) => `${Math.round(ms)} ms`,
    session: (ms: number) => `session: ${spanText(ms)}`,
    waiting: (count: number) => `${countText(count, "move", "moves")} on the way`,
  },
  faces: {
    shaky: "The line is shaky. Trying another one beside it; keep playing.",
    reconnectingSoon: "Reconnecting … keep playing, your moves are kept.",
    reconnecting: "Reconnecting …",
    reconnectingAbout: "The server is out of reach. Your seat and your moves are kept.",
    updating: "The server is being updated",
    updatingAbout: "It is back in a moment, and so are you. Your seat and your moves are kept.",
    connectingSoon: "Connecting …",
    kept: (ms: number) => `Your seat is kept for ${clockText(ms)}`,
    keptOver: "Your seat may have been given up by now. Still trying.",
    attempt: (count: number) => `Attempt ${count}`,
    tryNow: "Try now",
    pausedSoon: "The game is paused for a moment. Nothing is lost.",
    paused: "The game is paused",
    pausedAbout: "The server cannot reach its store. Nothing is lost, and it goes on by itself.",
    elsewhere: "Playing in another tab",
    elsewhereAbout: "You took up this seat on another page. It is safe there.",
    otherDevice: "Playing on another device",
    otherDeviceAbout: (device: string) =>
      `You took up this seat on ${device}. It is safe there, and you can take it back.`,
    takeBack: "Take back",
    over: "This game has ended for you",
    refused: "There is no seat for you here",
    roomOver: "This room is closed",
    roomOverAbout: "Its game is over. Your name and your other games are as they were.",
    home: "All games",
    joinAgain: "Join again",
    signIn: "Sign in again",
    tryAgain: "Try again",
    versionAbout: "A newer version of this game is on its way. Your seat and your moves are kept.",
  },
  /** How the way to a seat ends, where the server's words are meant for programs. */
  ended: {
    "room-unknown": "There is no such room. It may be over, or the code was mistyped.",
    "room-full": "All seats are taken.",
  } as Readonly<Record<string, string>>,
  toasts: {
    back: (awayMs: number, isSeated: boolean) =>
      `Back ${isSeated ? "in your seat " : ""}after ${awayMs < 100_000 ? `${Math.round(awayMs / 1_000)} s` : spanText(awayMs)}`,
    confirmed: (count: number) => `${countText(count, "move", "moves")} confirmed`,
    refused: (count: number) => `${count} refused`,
    lost: (count: number) => `${count} not made`,
    underWay: (count: number) => `${count} on the way`,
    rolledBack: (undone: number) =>
      `The server lost its newest moments${undone === 0 ? "" : `, ${countText(undone, "move", "moves")} of yours among them`}. This is the game as it is now.`,
    expiring: (ms: number) => `Your session ends in ${spanText(ms)}.`,
    idling: (ms: number) => `Are you there? Your seat is put away in ${spanText(ms)}.`,
    putAway: "You are away. Any key or touch brings you back.",
    hereNow: "Good. Your seat stays yours.",
    stay: "I am here",
    expired: "Too old, not made",
    superseded: "Another page has the seat. This was not made",
  },
  /** What games refuse, by reason; what the server refuses has its text already. */
  refused: {
    "not-your-turn": "It is not your turn.",
    "too-few-sticks": "There are not that many sticks.",
    "game-over": "This game is over.",
    "still-playing": "The game is still on.",
    "no-opponent": "Nobody sits opposite.",
    "not-your-card": "That card is not in your hand.",
    "does-not-fit": "That card does not fit.",
    "draw-first": "Draw a card first.",
    "drawn-already": "One card a turn. Play one or pass.",
    "nothing-to-draw": "There is nothing left to draw. Pass.",
    "not-sailing": "Your ship is not afloat.",
    "dashing-already": "You are dashing already.",
    "no-charge": "Not enough charges. Wait a moment.",
    "too-many-mines": "Three mines are the most.",
    "too-few-pearls": "Not enough pearls.",
    "fully-fitted": "That part is as good as it gets.",
    "title-empty": "A ship needs a name.",
    "round-over": "The round is over. The next one is about to begin.",
  } as Readonly<Record<string, string>>,
};
