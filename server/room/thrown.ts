// Thrown: what a rule threw, with what its author can do about it where the engine does not say so.

/** What V8 says of whoever changes something that is frozen. */
const FROZEN = /object is not extensible|read only property|Cannot delete property/;

const ADVICE = "what a list or JSON holds is never changed in place: assign a new one";

/** The same error: its stack says where it was thrown. */
export function advised(cause: unknown): unknown {
  if (cause instanceof TypeError && FROZEN.test(cause.message)) cause.message += `; ${ADVICE}`;
  return cause;
}
