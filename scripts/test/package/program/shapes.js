export const areaOf = (side) => side ** 2;
