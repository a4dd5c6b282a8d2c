// Has numbat-process measure itself, every 50 ms, and send that to the URI in argv[2].
'use strict';
const stop = require('numbat-process')({ uri: process.argv[2], app: 'worker' }, 50);
setTimeout(() => { stop(); process.exit(0); }, 1500);
