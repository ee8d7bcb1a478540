/**
 * Node.js on Amazon Linux 2023. The program's own name does not change with the active version of Node.js:
 * https://docs.aws.amazon.com/linux/al2023/ug/nodejs.html
 */
export const NODE_PACKAGE = 'nodejs22';
export const NODE = 'node-22';
