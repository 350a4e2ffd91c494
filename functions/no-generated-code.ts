import * as z from 'zod';

// To be imported before any schema is made. zod otherwise writes a parser for every schema as a text of code and has it
// compiled at its first use. That pays after thousands of values; a process that is to answer its first order at once
// would wait for it.
z.config({ jitless: true });
