// Node mutants: each rule of nodes among others that is off turns the simulator red.
import { testMutants } from "./mutantTests.ts";
import { NODE_MUTANTS } from "./nodeMutants.ts";

testMutants(NODE_MUTANTS);
