// Places: the parts of the house that more than one rule speaks of, as patterns over paths.

/** What is shipped, without declarations of globals and without the plain scripts of set-up. */
export const PRODUCT = /^(shared|client|server)\/(?!.*\.(d\.ts|mjs)$)/;

/**
 * Machines: pure, stepped by a driver that hands them time. In server/room that is everything but
 * the host, which drives them, and the loop guard, through which it calls a game's rules.
 */
export const MACHINE =
  /^(server\/room\/(?!host|loopGuard)\w+|server\/session\/session|server\/gate\/connection|client\/(link\w*|search|verdict|outbox|replica|inputs))\.ts$/;
