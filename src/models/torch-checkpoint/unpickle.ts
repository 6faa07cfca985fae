/**
 * Reading pickles without running them: of the operations only those a state dict needs, and of the
 * functions only a whitelist that the caller gives, all of which are ours. A file can name code; it
 * cannot run any.
 *
 * Each operation takes at least a byte and makes at most one small object, and values are shared,
 * never copied: time and memory are bounded by `MAXIMUM_OPERATIONS` and the length of the pickle,
 * however often a file refers to its own values.
 *
 * Protocols 2 to 5, without the out-of-band buffers of the last:
 * https://github.com/python/cpython/blob/v3.13.0/Lib/pickletools.py
 */
import { PickleMachine } from "./pickle-machine.ts";
import { describe, type Fail, type GlobalValue, type PickleValue } from "./pickle-values.ts";

/** What names and outside references in a pickle mean. */
export interface PickleMeaning {
  readonly globals: ReadonlyMap<string, GlobalValue>;
  /** The value behind a persistent id. */
  readonly persistent: (id: PickleValue, fail: Fail) => PickleValue;
  /** The error for a name outside the whitelist. */
  readonly refuse: Fail;
  readonly fail: Fail;
}

/** A checkpoint of 100,000 tensors takes some 3,500,000. */
const MAXIMUM_OPERATIONS = 2 ** 22;
const PROTOCOL = 0x80;
const STOP = byte(".");

type Operation = (machine: PickleMachine, meaning: PickleMeaning) => void;

/** The value of a pickle. */
export function unpickle(bytes: Uint8Array, meaning: PickleMeaning): PickleValue {
  const { fail } = meaning;
  const machine = new PickleMachine(bytes, fail);
  if (machine.uint8() !== PROTOCOL) throw fail("its pickle does not begin with its protocol");
  const protocol = machine.uint8();
  if (protocol < 2 || protocol > 5)
    throw fail(`its pickle has protocol ${protocol}; 2 to 5 are read`);
  for (let count = 0; count < MAXIMUM_OPERATIONS; count++) {
    const code = machine.uint8();
    if (code === STOP) return machine.result();
    const operation = operations.get(code);
    if (operation === undefined)
      throw fail(
        `its pickle asks for operation 0x${code.toString(16).padStart(2, "0")} at byte ${machine.position - 1}, which no state dict needs`,
      );
    operation(machine, meaning);
  }
  throw fail(`its pickle takes more than ${MAXIMUM_OPERATIONS} operations`);
}

const operations: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  // FRAME: a hint at how much to read at once.
  [0x95, acting("uint64")],
  // NONE, NEWTRUE, NEWFALSE, BININT1, BININT2, BININT, LONG1, BINFLOAT.
  [byte("N"), pushing(() => null)],
  [0x88, pushing(() => true)],
  [0x89, pushing(() => false)],
  [byte("K"), pushing((machine) => machine.uint8())],
  [byte("M"), pushing((machine) => machine.uint16())],
  [byte("J"), pushing((machine) => machine.int32())],
  [0x8a, pushing((machine) => machine.integer(machine.uint8()))],
  [byte("G"), pushing((machine) => machine.float64())],
  // SHORT_BINUNICODE, BINUNICODE, BINUNICODE8; SHORT_BINSTRING, BINSTRING (Python 2).
  [0x8c, pushing((machine) => machine.text(machine.uint8()))],
  [byte("X"), pushing((machine) => machine.text(machine.uint32()))],
  [0x8d, pushing((machine) => machine.text(machine.uint64()))],
  [byte("U"), pushing((machine) => machine.text(machine.uint8()))],
  [byte("T"), pushing((machine) => machine.text(machine.uint32()))],
  // EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3, TUPLE.
  [byte(")"), pushing(() => ({ kind: "tuple", items: [] }))],
  [0x85, pushing((machine) => ({ kind: "tuple", items: machine.popMany(1) }))],
  [0x86, pushing((machine) => ({ kind: "tuple", items: machine.popMany(2) }))],
  [0x87, pushing((machine) => ({ kind: "tuple", items: machine.popMany(3) }))],
  [byte("t"), pushing((machine) => ({ kind: "tuple", items: machine.popToMark() }))],
  // EMPTY_LIST, APPEND, APPENDS.
  [byte("]"), pushing(() => ({ kind: "list", items: [] }))],
  [byte("a"), appending((machine) => machine.popMany(1))],
  [byte("e"), appending((machine) => machine.popToMark())],
  // EMPTY_DICT, SETITEM, SETITEMS.
  [byte("}"), pushing(() => ({ kind: "mapping", pairs: [] }))],
  [byte("s"), setting((machine) => machine.popMany(2))],
  [byte("u"), setting((machine) => machine.popToMark())],
  // MARK, POP, POP_MARK, DUP.
  [byte("("), acting("mark")],
  [byte("0"), acting("pop")],
  [byte("1"), acting("popToMark")],
  [byte("2"), pushing((machine) => machine.top())],
  // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET.
  [byte("q"), memoizing((machine) => machine.uint8())],
  [byte("r"), memoizing((machine) => machine.uint32())],
  [0x94, acting("memoize")],
  [byte("h"), pushing((machine) => machine.recall(machine.uint8()))],
  [byte("j"), pushing((machine) => machine.recall(machine.uint32()))],
  // GLOBAL, STACK_GLOBAL, REDUCE, BUILD, BINPERSID.
  [byte("c"), naming((machine) => [machine.line(), machine.line()])],
  [0x93, naming((machine) => machine.popMany(2))],
  [byte("R"), reduce],
  [byte("b"), build],
  [byte("Q"), refer],
]);

function byte(character: string): number {
  return character.charCodeAt(0);
}

/** An operation that reads or makes a value and pushes it. */
function pushing(make: (machine: PickleMachine) => PickleValue): Operation {
  return (machine) => {
    machine.push(make(machine));
  };
}

/** An operation of the machine itself. */
function acting(method: "uint64" | "mark" | "pop" | "popToMark" | "memoize"): Operation {
  return (machine) => {
    machine[method]();
  };
}

function memoizing(readIndex: (machine: PickleMachine) => number): Operation {
  return (machine) => {
    machine.memoize(readIndex(machine));
  };
}

function appending(take: (machine: PickleMachine) => readonly PickleValue[]): Operation {
  return (machine) => {
    const values = take(machine);
    const list = machine.top();
    if (typeof list !== "object" || list?.kind !== "list")
      throw machine.fail(`its pickle appends to ${describe(list)}`);
    for (const value of values) list.items.push(value);
  };
}

function setting(take: (machine: PickleMachine) => readonly PickleValue[]): Operation {
  return (machine) => {
    const pairs = take(machine);
    const mapping = machine.top();
    if (typeof mapping !== "object" || mapping?.kind !== "mapping" || pairs.length % 2 !== 0)
      throw machine.fail(`its pickle sets ${pairs.length} keys and values of ${describe(mapping)}`);
    for (const value of pairs) mapping.pairs.push(value);
  };
}

/** An operation that pushes what a module and a name stand for. */
function naming(take: (machine: PickleMachine) => readonly PickleValue[]): Operation {
  return (machine, { globals, refuse, fail }) => {
    const [module, name] = take(machine);
    if (typeof module !== "string" || typeof name !== "string")
      throw fail(`its pickle asks for ${describe(name)} of ${describe(module)}`);
    const known = globals.get(`${module}.${name}`);
    if (known === undefined) throw refuse(`${module}.${name}`);
    machine.push(known);
  };
}

/** Push the value behind a persistent id. */
function refer(machine: PickleMachine, { persistent, fail }: PickleMeaning): void {
  machine.push(persistent(machine.pop(), fail));
}

/** Call a function of the whitelist. */
function reduce(machine: PickleMachine, { fail }: PickleMeaning): void {
  const [target, args] = machine.popMany(2);
  if (typeof target !== "object" || target?.kind !== "global" || target.call === undefined)
    throw fail(`its pickle calls ${describe(target)}`);
  if (typeof args !== "object" || args?.kind !== "tuple")
    throw fail(`its pickle calls ${target.name} with ${describe(args)}`);
  machine.push(target.call(args.items, fail));
}

/** Attributes of an OrderedDict: `_metadata`, versions of modules, which no reader of weights needs. */
function build(machine: PickleMachine): void {
  machine.pop();
  const target = machine.top();
  if (typeof target !== "object" || target?.kind !== "mapping")
    throw machine.fail(`its pickle sets attributes of ${describe(target)}`);
}
