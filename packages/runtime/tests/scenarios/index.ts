/** All portable scenarios, in the order of the specification. */
import "./completion.ts";
import "./failure.ts";
import "./abort.ts";
import "./nesting.ts";
import "./using.ts";
import "./background.ts";
import "./limits.ts";
import "./combinators.ts";
import "./cleanup.ts";
import "./platform.ts";
import "./companions.ts";
