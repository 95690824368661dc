// Room mutants: each rule of hosts, rooms and logs that is off turns the simulator red.
import { testMutants } from "./mutantTests.ts";
import { ROOM_MUTANTS } from "./roomMutants.ts";

testMutants(ROOM_MUTANTS);
