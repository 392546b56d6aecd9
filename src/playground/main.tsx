import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import "./style/base.css";
import "./style/layout.css";
import "./style/parts.css";
import "./style/graph.css";
import "./style/trace.css";
import "./style/panels.css";
import { render } from "preact";
import { Page } from "./page.tsx";
import { followAddress } from "./state/address.ts";
import { acceptFiles } from "./state/drop.ts";

await followAddress();
acceptFiles();
const place = document.getElementById("page")!;
place.replaceChildren();
render(<Page />, place);
