exports.flavour = () => "require";
