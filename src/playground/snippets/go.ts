import { prettyJson } from "./json.ts";
import type { SnippetCall } from "./snippet-call.ts";

/** A program for Go with nothing but its own library. */
export function go({ origin, method, body, member }: SnippetCall): string {
  const json = prettyJson(body);
  // Between backquotes Go takes everything as it is, but for backquotes.
  const text = json.includes("`") ? JSON.stringify(JSON.stringify(body)) : `\`${json}\``;
  return `package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
)

func main() {
	body := ${text}
	response, err := http.Post("${origin}/v1/${method}", "application/json", strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	var answer map[string]json.RawMessage
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		panic(err)
	}
	if response.StatusCode != http.StatusOK {
		fmt.Fprintln(os.Stderr, string(answer["detail"]))
		os.Exit(1)
	}
	fmt.Println(string(answer["${member}"]))
}
`;
}
