// The long proofs fetch programs and packages and take minutes: npm run test:doors -- --all
export const notAll = process.env.PARALLEL_TYPESCRIPT_DOORS !== "all" && "only with npm run test:doors -- --all";
