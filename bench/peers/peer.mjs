// What the scripts for Node share: packages of artifacts/peers, and a figure a line as JSON (name, unit, runs).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const installed = new URL('../../artifacts/peers/', import.meta.url);

/** A package of package.json, and its version. Ends the script when it is not installed. */
export function need(name) {
  try {
    const { version } = JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, installed)));
    return { module: createRequire(installed)(name), version };
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'MODULE_NOT_FOUND') throw error;
    console.error(`${name} is not installed (npm: bench/peers/package.json)`);
    process.exit(1);
  }
}

export const figure = (name, unit, runs) => console.log(JSON.stringify({ name, unit, runs }));
