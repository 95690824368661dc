// The room's own records: who sits where, which timers run, how the game stands. Written in the
// same schema language as a game's records, so that log, undo, sync and secrecy hold for them too.

import { json, list, oneOf, optional, text } from "./kinds.ts";
import { f64, u32 } from "./numbers.ts";
import { many, one, type Records } from "./schema.ts";

/** Longest name of a player, in UTF-16 units. */
export const NAME_LENGTH_MAX = 24;

/** Longest save of a seat, in characters of JSON: an hour's progress in names and numbers, not a world. */
export const SAVE_CHARACTERS_MAX = 16_384;

/** Refusal reasons a seat keeps, so that a client which missed them still learns them. */
export const REFUSALS_KEPT = 64;

export const roomRecords = {
  /** One record a taken seat; its id is the seat's index. An empty seat has none. */
  $seats: many({
    name: text(NAME_LENGTH_MAX),
    presence: oneOf("held", "away"),
    /** Why the seat is away. */
    cause: oneOf("none", "disconnected", "idle"),
    /** Room time at which an away seat is given up. */
    untilMs: optional(f64),
    /** Room time until which timers stand still for the seat at most; undefined while they do not. */
    standsUntilMs: optional(f64),
    /** Room time since when nobody is there, told or not. */
    absentSinceMs: optional(f64).server,
    /** Room time at which the others are told that the connection is lost, if it is. */
    tellAtMs: optional(f64).server,
    /** Room time at which the game's `meanwhile` runs next. */
    meanwhileAtMs: optional(f64).server,
    /** Room time since when timers stand still for the seat. */
    standsSinceMs: optional(f64).server,
    /** For how long they stood still for it before. */
    stoodForMs: f64.server,
    identity: text(32).server,
    session: text(64).server,
    /** Node of the connection that holds the seat. */
    node: text(32).server,
    page: text(43).server,
    instanceEpoch: f64.server,
    instanceCount: u32.server,
    /** Highest command number of the instance that took effect or was refused. */
    applied: u32.server,
    /** `[seq, reason]` of the newest refused commands of the instance. */
    refused: json(8192).server,
    /** Pages that had the seat before, newest first, and what became of the commands they left behind. */
    previous: json(8192).server,
    attachment: u32.server,
    ticketFamily: u32.server,
    ticketGeneration: u32.server,
    /** Room times of the newest rules that failed on this seat's commands. */
    failedMs: list(f64, 5).server,
    /** Names the seat to whoever keeps saves; empty if it got none. */
    claim: text(64).server,
    /**
     * Whether its player's save was asked for, whether that is settled, and whether what there was to
     * save has gone its way already. None in a game without saves.
     */
    progress: oneOf("none", "asked", "settled", "saved").server,
  }),
  $room: one({
    status: oneOf("waiting", "running", "ended"),
    /** Why the room ended. */
    ending: text(32),
    /** What friends type to come in. */
    code: text(16),
    open: oneOf("listed", "private"),
    /** For how long timers have stood still, and the room time since when they do now. */
    stoodMs: f64,
    standsSinceMs: optional(f64),
    /** The room time at which they go on at the latest. */
    standsUntilMs: optional(f64),
    /** Counts the instances and ticket families given out, so that none is given twice. */
    instances: u32.server,
    /** Identities that were put out of the room and may not come back, the newest last. */
    keptOut: json(4096).server,
    random: list(u32, 4).server,
  }),
  /** One record a running timer. */
  $timers: many({
    name: text(32).server,
    dueMs: f64.server,
    args: json(2048).server,
  }),
  /** Saves on their way out of the room: each stays until whoever keeps saves has it. */
  $saves: many({
    identity: text(32).server,
    /** A save to keep, or the one of `claim` to be given to another seat again, if there is one. */
    errand: oneOf("keep", "return").server,
    claim: text(64).server,
    save: json(SAVE_CHARACTERS_MAX).server,
    /** Epoch and version of the commit that made it: they tell a copy from another save. */
    epoch: f64.server,
    version: f64.server,
  }),
} satisfies Records;

export type RoomRecords = typeof roomRecords;
