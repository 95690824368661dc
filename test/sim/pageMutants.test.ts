// Page mutants: each rule of the client library that is off turns the simulator red.
import { testMutants } from "./mutantTests.ts";
import { PAGE_MUTANTS } from "./pageMutants.ts";

testMutants(PAGE_MUTANTS);
