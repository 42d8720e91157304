// The page of the API's documentation: Swagger UI, which stands in a script of its own, over /openapi.json.
import {byId} from "../shared/dom";
import {setUpTheme, shownTheme} from "../shared/theme";

declare const SwaggerUIBundle: (options: Record<string, unknown>) => void;

setUpTheme(byId("theme"), () => document.documentElement.classList.toggle("dark-mode", shownTheme() === "dark"));
SwaggerUIBundle({
  url: "/openapi.json",
  domNode: byId("viewer"),
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
});
