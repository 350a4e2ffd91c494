// What `import … from 'node:http'` stands for in a bundle. The real import, in an ES module, reads every export of it, and
// one of them, WebSocket, loads all of undici when it is read: some 20 ms of a cold start, for something nobody asks for.
module.exports = process.getBuiltinModule('node:http');
