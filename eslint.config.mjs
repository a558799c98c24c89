import tseslint from "typescript-eslint";

/** Which floor may import which (lib/src): an upper floor imports lower ones, never the reverse. */
const floors = ["ground", "transport", "workers", "timing", "pictures"];
const mayImport = {
  ground: ["ground"],
  transport: ["ground", "transport"],
  workers: ["ground", "transport", "workers"],
  timing: ["ground", "timing"],
  pictures: ["ground", "workers", "timing", "pictures"],
};

export default tseslint.config(
  {
    ignores: [
      "**/dist/",
      "**/test-dist/",
      "**/node_modules/",
      ".venv/",
      ".cache/",
      "test-results/",
      "slides/",
      "notebooks/",
    ],
  },
  ...tseslint.configs.recommended,
  {
    files: ["**/*.mjs", "**/*.cjs", "**/*.ts"],
    rules: {
      "@typescript-eslint/no-explicit-any": "off",
      "@typescript-eslint/no-unsafe-function-type": "off",
      // Modules that not every program needs are required where they are used, so that workers and processes start sooner.
      "@typescript-eslint/no-require-imports": "off",
      "no-empty": ["error", { allowEmptyCatch: false }],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "prefer-const": "error",
    },
  },
  ...floors.map((floor) => ({
    files: [`lib/src/${floor}/**/*.ts`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: floors.filter((other) => !mayImport[floor].includes(other)).map((other) => `**/${other}/*`),
              message: `The floor ${floor} must not know of this one.`,
            },
          ],
        },
      ],
    },
  })),
);
