// Moderation texts: what the moderators' page says, in English, in one place for translators.

import { spanText } from "../texts.ts";
import type { AuditLine, Role } from "./moderation.ts";

const HOUR_MS = 3_600_000;

export const moderationTexts = {
  title: "Moderation",
  notAllowed: "This page is for moderators and admins.",
  account: "Your account",
  find: "Find somebody",
  findHint: "The name of an account, in any capitals.",
  findButton: "Find",
  finding: "Looking …",
  audited: (name: string) => `In the audit: ${name}`,
  reason: "Reason, for them to read",
  length: "For how long",
  lengths: [
    { label: "10 minutes", forMs: HOUR_MS / 6 },
    { label: "1 hour", forMs: HOUR_MS },
    { label: "1 day", forMs: 24 * HOUR_MS },
    { label: "1 week", forMs: 7 * 24 * HOUR_MS },
    { label: "30 days", forMs: 30 * 24 * HOUR_MS },
    { label: "Without end", forMs: null },
  ],
  ban: "Keep out",
  sendAway: "Send away",
  sendAwayAbout: "Send away ends every session of theirs at once, and keeps them out for a minute.",
  sendAwayReason: "A moderator sent you away for a minute.",
  lift: "Let in again",
  role: "Role",
  roles: { guest: "guest", player: "player", moderator: "moderator", admin: "admin" } as Readonly<
    Record<Role, string>
  >,
  give: "Give the role",
  banned: (name: string) => `${name} is kept out.`,
  lifted: (name: string) => `${name} is let in again.`,
  given: (name: string, role: Role) => `${name} is ${role} now.`,
  desk: "Moderate",
  seats: "Who sits here",
  empty: "Nobody sits here but you.",
  putOut: "Put out",
  putOutOf: (name: string) => `Put ${name} out of this room`,
  keepOut: "And keep out",
  keepOutOf: (name: string) => `Put ${name} out of this room for good`,
  isOut: (name: string) => `${name} is out of this room.`,
  more: "More",
  moreOf: (name: string) => `More about ${name}`,
  audit: "Audit",
  auditShow: "Show the newest lines",
  auditLine: ({ event, agoMs, identity = "", by, why, address }: AuditLine) =>
    [
      `${spanText(agoMs)} ago`,
      event,
      identity,
      by === undefined ? "" : `by ${by}`,
      why ?? "",
      address ?? "",
    ]
      .filter((part) => part !== "")
      .join(" · "),
};
