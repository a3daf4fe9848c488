// Asks for one address so many times a second, over 50 connections, by autocannon; prints what it found as JSON.
//
//     node rate.mjs NODE_MODULES URL RATE SECONDS
//
// A request that could not be sent in time counts from when it should have been. autocannon makes a string of each body
// that nobody reads, which for gzip takes it longer than all else, so that it would not come to 5,000 a second; here it
// does not.

import { createRequire } from "node:module";
import { join } from "node:path";
import { argv } from "node:process";

const [modules, url, rate, seconds] = argv.slice(2);
const autocannon = createRequire(join(modules, "autocannon/"))("autocannon");
const found = await autocannon({
  url,
  connections: 50,
  overallRate: Number(rate),
  duration: Number(seconds),
  headers: { "accept-encoding": "gzip" },
  setupClient: (client) => {
    client.pipelinedRequests.addBody = () => {};
  },
});
console.log(
  JSON.stringify({
    rate: found.requests.total / found.duration,
    p50: found.latency.p50,
    p99: found.latency.p99,
    bad: found.errors + found.timeouts + found.non2xx,
  }),
);
