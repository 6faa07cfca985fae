/** What a user of the package sees: each entry of `exports`, read from the declarations that ship. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

export interface PublicName {
  readonly name: string;
  readonly isType: boolean;
  /** Where it is declared. */
  readonly file: string;
  readonly documentation: string;
}

interface EntryPoint {
  readonly types: string;
  readonly default: string;
}

/** Subpath ("." for the package itself) to its files. */
export function entryPoints(): ReadonlyMap<string, EntryPoint> {
  const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as {
    exports: Record<string, EntryPoint | string>;
  };
  return new Map(
    Object.entries(exports).filter(
      (entry): entry is [string, EntryPoint] => typeof entry[1] === "object",
    ),
  );
}

export interface PublicSurface {
  readonly names: ReadonlyMap<string, readonly PublicName[]>;
  /** Every declaration file that a user's compiler reads because of us, with the packages it imports. */
  readonly declarations: ReadonlyMap<string, readonly string[]>;
}

export function readPublicSurface(): PublicSurface {
  const entries = entryPoints();
  const files = [...entries.values()].map(({ types }) => join(process.cwd(), types));
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: [],
  });
  const checker = program.getTypeChecker();
  const names = new Map<string, readonly PublicName[]>();
  for (const [i, subpath] of [...entries.keys()].entries()) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(files[i]!)!)!;
    const found = checker
      .getExportsOfModule(module)
      .map((symbol) => describe(symbol, checker))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    names.set(subpath, found);
  }
  const ours = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(join(process.cwd(), "dist")));
  return {
    names,
    declarations: new Map(ours.map((file) => [file.fileName, packagesOf(file)])),
  };
}

function describe(exported: ts.Symbol, checker: ts.TypeChecker): PublicName {
  const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
  const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
  return {
    name: exported.name,
    isType: (symbol.flags & ts.SymbolFlags.Value) === 0,
    file: symbol.declarations?.[0]?.getSourceFile().fileName ?? "",
    documentation: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
  };
}

function packagesOf(file: ts.SourceFile): readonly string[] {
  return ts
    .preProcessFile(file.text)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => !name.startsWith("."));
}
