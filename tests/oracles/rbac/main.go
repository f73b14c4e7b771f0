// Asks Kubernetes' own RBAC authorizer: reads one JSON object on standard input, answers one JSON list of booleans.
package main

import (
	"context"
	"encoding/json"
	"os"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/kubernetes/pkg/registry/rbac/validation"
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac"
)

type question struct {
	User, Verb, Group, Resource, Subresource, Namespace, Name, Path string
	Groups                                                          []string
}

type input struct {
	Roles               []*rbacv1.Role
	RoleBindings        []*rbacv1.RoleBinding
	ClusterRoles        []*rbacv1.ClusterRole
	ClusterRoleBindings []*rbacv1.ClusterRoleBinding
	Questions           []question
}

func main() {
	var asked input
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		panic(err)
	}
	_, static := validation.NewTestRuleResolver(asked.Roles, asked.RoleBindings, asked.ClusterRoles, asked.ClusterRoleBindings)
	judge := rbac.New(static, static, static, static)
	answers := make([]bool, len(asked.Questions))
	for index, one := range asked.Questions {
		decision, _, _ := judge.Authorize(context.Background(), authorizer.AttributesRecord{
			User: &user.DefaultInfo{Name: one.User, Groups: one.Groups}, Verb: one.Verb, Namespace: one.Namespace, APIGroup: one.Group,
			APIVersion: "v1", Resource: one.Resource, Subresource: one.Subresource, Name: one.Name, ResourceRequest: one.Path == "", Path: one.Path,
		})
		answers[index] = decision == authorizer.DecisionAllow
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}
