import tseslint from "typescript-eslint";

/** Rules of every file. */
const everywhere = {
  "no-empty": ["error", { allowEmptyCatch: false }],
  eqeqeq: ["error", "always", { null: "ignore" }],
  "prefer-const": "error",
  // `using _ = await lock.acquire()` is there for its end.
  "@typescript-eslint/no-unused-vars": ["error", { ignoreUsingDeclarations: true }],
  // Functions of any kind are what this library sends.
  "@typescript-eslint/no-explicit-any": "off",
  "@typescript-eslint/no-unsafe-function-type": "off",
  // Modules that not every program needs are required where they are used, so that workers and processes start sooner.
  "@typescript-eslint/no-require-imports": "off",
};

/** Rules of what the notebooks import. */
const strict = (project) => ({
  files: [`${project}/src/**/*.ts`],
  extends: tseslint.configs.strictTypeChecked,
  languageOptions: { parserOptions: { project: `${project}/tsconfig.json`, tsconfigRootDir: import.meta.dirname } },
  rules: {
    ...everywhere,
    "@typescript-eslint/switch-exhaustiveness-check": "error",
    // `typeof import("...")` is the type of what is required later.
    "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
    "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
    "@typescript-eslint/no-confusing-void-expression": [
      "error",
      { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
    ],
    // What a user's function threw, or a signal's reason, is passed on as it is.
    "@typescript-eslint/prefer-promise-reject-errors": [
      "error",
      { allowThrowingAny: true, allowThrowingUnknown: true },
    ],
    "max-lines": ["error", { max: 250 }],
    "max-lines-per-function": ["error", { max: 60 }],
  },
});

export default tseslint.config(
  {
    ignores: [
      "**/dist/",
      "**/test-dist/",
      "**/node_modules/",
      ".venv/",
      ".cache/",
      "test-results/",
      "docs/api/",
      "slides/",
      "docs/api/",
      "editions/",
      "site/",
      "bundle/",
      "offline/",
      "notebooks/",
    ],
  },
  ...tseslint.configs.recommended,
  { files: ["**/*.mjs", "**/*.cjs", "**/*.ts"], rules: everywhere },
  ...["lib", "exercises"].map(strict),
  {
    // Tests send odd values on purpose, so what is unsafe stays allowed.
    files: ["lib/test/**/*.ts"],
    ignores: ["lib/test/serialize/fixtures/**"],
    languageOptions: { parserOptions: { project: "lib/test/tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", package: "node:test", name: ["test", "it", "describe"] }] },
      ],
      "@typescript-eslint/no-unnecessary-type-assertion": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
    },
  },
);
