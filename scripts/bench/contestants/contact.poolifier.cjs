const { ThreadWorker } = require("poolifier");

module.exports = new ThreadWorker({ ...require("./contact.plain.cjs") });
