export const flavour = () => "import";
