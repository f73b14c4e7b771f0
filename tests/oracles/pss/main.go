// Asks Kubernetes' own Pod Security checks: reads a JSON list of pods on standard input, answers for each one a map of check to the
// minor versions at which it forbids the pod. "baseline" and "restricted" are the levels as a whole.
package main

import (
	"encoding/json"
	"os"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

const newest = 37

func main() {
	var pods []*corev1.Pod
	if err := json.NewDecoder(os.Stdin).Decode(&pods); err != nil {
		panic(err)
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		panic(err)
	}
	answers := make([]map[string][]int, len(pods))
	for index, pod := range pods {
		answers[index] = forbidden(evaluator, pod)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}

func forbidden(evaluator policy.Evaluator, pod *corev1.Pod) map[string][]int {
	found := map[string][]int{}
	for minor := 0; minor <= newest; minor++ {
		version := api.MajorMinorVersion(1, minor)
		for _, check := range policy.DefaultChecks() {
			if one := at(check, version); one != nil && !one(&pod.ObjectMeta, &pod.Spec).Allowed {
				found[string(check.ID)] = append(found[string(check.ID)], minor)
			}
		}
		for _, level := range []api.Level{api.LevelBaseline, api.LevelRestricted} {
			results := evaluator.EvaluatePod(api.LevelVersion{Level: level, Version: version}, &pod.ObjectMeta, &pod.Spec)
			if !policy.AggregateCheckResults(results).Allowed {
				found[string(level)] = append(found[string(level)], minor)
			}
		}
	}
	return found
}

// at returns the newest revision of a check that is not newer than the version, or nil where there is none yet.
func at(check policy.Check, version api.Version) policy.CheckPodFn {
	var newest policy.CheckPodFn
	for _, revision := range check.Versions {
		if !version.Older(revision.MinimumVersion) {
			newest = revision.CheckPod
		}
	}
	return newest
}
