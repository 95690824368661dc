// Problem: what went wrong with something that was asked of the server, in a sentence that says what to
// do, and the field it is about. Pure; errors that are nobody's answer are thrown on.

import { RefusedError } from "../../join.ts";
import { isUnreached } from "../visitor.ts";
import { accountTexts } from "./accountTexts.ts";

export interface Problem {
  readonly text: string;
  /** Why the server refused it; undefined if it could not be asked. */
  readonly reason: string | undefined;
  readonly field: "name" | "password" | undefined;
}

const FIELDS: Readonly<Record<string, Problem["field"]>> = {
  "name-taken": "name",
  "name-invalid": "name",
  "password-invalid": "password",
  "password-common": "password",
  "sign-in-failed": "password",
};

export function problemFrom(error: unknown): Problem {
  if (!(error instanceof RefusedError)) {
    if (!isUnreached(error)) throw error;
    return { text: accountTexts.unreached, reason: undefined, field: undefined };
  }
  const { reason, retryInMs, ban } = error;
  const told = accountTexts.problems[reason] ?? error.text;
  const more = [
    ...(ban === undefined ? [] : [accountTexts.bannedFor(ban), accountTexts.bannedUntil(ban)]),
    ...(retryInMs === undefined ? [] : [accountTexts.wait(retryInMs)]),
  ];
  return { text: [told, ...more].join(" "), reason, field: FIELDS[reason] };
}
