// Places: the parts of the house that more than one rule speaks of, as patterns over paths.

/**
 * What is shipped, without declarations of globals, without plain scripts, and without the template of
 * a game, which is a project of its own.
 */
export const PRODUCT = /^(shared|client|server)\/(?!template\/|.*\.(d\.ts|mjs)$)/;

/**
 * Machines: pure, stepped by a driver that hands them time. In server/room that is everything but
 * the drivers: the host with its beat, its log and its rooms, the lobby, and the loop guard that runs rules.
 */
export const MACHINE =
  /^(server\/room\/(?!host|beat|loopGuard|appending|roomNews|rooms|lobby|meeting|parking|retention|claiming|incoming|trials|adoption|letOut|errands|retries|shelfChange|shelfOwner|taken|neighbours)\w+|server\/session\/session|server\/gate\/(connection(State)?|backlog)|client\/(link\w*|doubt|search|verdict|outbox|savedOutbox|replica|inputs))\.ts$/;
