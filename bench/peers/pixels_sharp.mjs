// sharp, as `./run bench pixels` measures Revela: file in, file out, both cores at work.
//
//   node pixels_sharp.mjs PHOTOS RUNS        (the folder of `./run bench photos`; how often each case is repeated)
//
// Each case is tried with several settings and measured with the fastest, always in a process of its own.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { figure, need } from './peer.mjs';

const { module: sharp, version } = need('sharp');

// Nobody else here optimises Huffman tables either, which costs time.
const jpeg = quality => ({ quality, optimiseCoding: false });
const inside = side => [side, side, { fit: 'inside' }];

const cases = {
  '12 MP JPEG to grey JPEG, quality 85': ['12mp.jpg', 40, picture => picture.grayscale().jpeg(jpeg(85))],
  '12 MP JPEG to 1024 px JPEG, quality 82': ['12mp.jpg', 40, picture => picture.resize(...inside(1024)).jpeg(jpeg(82))],
  '12 MP JPEG to 512 px WebP': ['12mp.jpg', 40, picture => picture.resize(...inside(512)).webp({ quality: 80 })],
  '12 MP PNG with alpha to 1024 px PNG': ['12mp-alpha.png', 8, picture => picture.resize(...inside(1024)).png()],
};

// Threads of libvips for a picture, and pictures at once.
const settings = [[1, 2], [1, 3], [2, 2]];

const [photos, runs, name, threads, atOnce] = process.argv.slice(2);
if (name) await inProcess();
else for (const name of Object.keys(cases)) measure(name);

function measure(name) {
  const run = (times, setting) =>
    JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), photos, times, name, ...setting].map(String)));
  const tried = settings.map(setting => ({ setting, rate: run(1, setting).rates[0] }));
  const { setting } = tried.reduce((best, one) => (one.rate > best.rate ? one : best));
  const { rates, peak } = run(runs, setting);
  figure(`${name}: sharp ${version}`, 'images/s', rates);
  figure(`${name}: sharp ${version}, peak memory`, 'MiB', [peak]);
}

async function inProcess() {
  const [photo, count, steps] = cases[name];
  const folder = mkdtempSync(join(tmpdir(), 'peer-'));
  // Every picture of a real day is another: nothing is answered from what is remembered of the one before.
  sharp.cache(false);
  sharp.concurrency(+threads);
  const rate = async images => {
    let left = images;
    const start = performance.now();
    await Promise.all(Array.from({ length: +atOnce }, async (_, line) => {
      while (left-- > 0) await steps(sharp(join(photos, photo))).toFile(join(folder, `result-${line}`));
    }));
    return images / ((performance.now() - start) / 1000);
  };
  await rate(4);
  const rates = [];
  for (let run = 0; run < +runs; run++) rates.push(await rate(count));
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1] / 1024;
  rmSync(folder, { recursive: true });
  console.log(JSON.stringify({ rates, peak }));
}
