/** Entry for Node: the scenarios that look at Node itself come on top. */
import "../scenarios/node.ts";
import "./server.ts";
