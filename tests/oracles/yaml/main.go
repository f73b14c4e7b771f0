// Reads JSON strings of YAML and answers each with the JSON that Kubernetes makes of it, or with its error.
package main

import (
	"bufio"
	"encoding/json"
	"os"

	"sigs.k8s.io/yaml"
)

func main() {
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := json.NewEncoder(os.Stdout)
	for in.More() {
		var text string
		if err := in.Decode(&text); err != nil {
			panic(err)
		}
		if answer, err := yaml.YAMLToJSON([]byte(text)); err != nil {
			_ = out.Encode(map[string]string{"error": err.Error()})
		} else {
			_ = out.Encode(map[string]json.RawMessage{"value": answer})
		}
	}
}
