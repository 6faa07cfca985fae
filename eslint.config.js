import eslint from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const mayPrint = ["src/cli/**", "scripts/**", "bench/**", "examples/**", "studies/**"];

export default defineConfig(
  {
    ignores: [
      "dist/**",
      "kernels/**",
      "node_modules/**",
      "rote-demo/**",
      "src/text/unicode-tables.ts",
    ],
  },
  eslint.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ["tsconfig.json", "tsconfig.test.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // Elements of typed arrays whose bound is in sight; anywhere else find the type.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_" }],
      "no-console": "error",
      "no-restricted-syntax": [
        "error",
        { selector: "ExportDefaultDeclaration", message: "Export by name." },
        { selector: "TSEnumDeclaration", message: "Use a union of string literals." },
      ],
      "max-lines": ["error", 500],
      "max-lines-per-function": ["error", 100],
    },
  },
  { files: mayPrint, rules: { "no-console": "off" } },
  {
    files: ["test/**"],
    rules: { "max-lines-per-function": "off", "@typescript-eslint/no-floating-promises": "off" },
  },
  { files: ["**/*.config.ts", "test/closing-line.ts"], rules: { "no-restricted-syntax": "off" } },
  {
    files: ["**/*.js", "**/*.mjs"],
    languageOptions: {
      globals: {
        performance: "readonly",
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        Buffer: "readonly",
        TextDecoder: "readonly",
      },
    },
  },
);
