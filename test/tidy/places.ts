// Places: the parts of the house that more than one rule speaks of, as patterns over paths.

/** What is shipped, without declarations of globals and without the plain scripts of set-up. */
export const PRODUCT = /^(shared|client|server)\/(?!.*\.(d\.ts|mjs)$)/;

/** Machines: pure, stepped by a driver that hands them time. In server/room all but the host. */
export const MACHINE =
  /^(server\/room\/(?!host)\w+|server\/session\/session|server\/gate\/connection|client\/(link|outbox|replica))\.ts$/;
