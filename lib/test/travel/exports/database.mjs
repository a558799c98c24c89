let db;
export const open = (name) => { db = { name }; };
export const read = () => db?.name;
export const reader = () => () => db?.name;
