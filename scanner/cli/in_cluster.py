"""The manifests of a nightly scan inside the cluster: account, least ClusterRole, CronJob, and a NetworkPolicy around it."""

from __future__ import annotations

from scanner import __version__
from scanner.cli.cluster_role import NAME, cluster_role
from scanner.ruleset import Ruleset

NAMESPACE = "plumbrule"
_LABELS = "{app.kubernetes.io/name: plumbrule, app.kubernetes.io/component: nightly-scan, app.kubernetes.io/part-of: compliance}"


def in_cluster(ruleset: Ruleset, *, secrets: bool = False) -> str:
    """Return the manifest set as one YAML stream."""
    role = cluster_role(ruleset, secrets=secrets)
    return "---\n".join((_NAMESPACE, _ACCOUNT, role, _BINDING, _POLICY, _QUOTA, _RESULTS, _CRON))


_NAMESPACE = f"""\
apiVersion: v1
kind: Namespace
metadata:
  name: {NAMESPACE}
  labels:
    app.kubernetes.io/name: plumbrule
    owner: platform
    environment: production
    cost-centre: platform
    data-classification: internal
    pod-security.kubernetes.io/enforce: restricted
    pod-security.kubernetes.io/audit: restricted
    pod-security.kubernetes.io/warn: restricted
"""
_ACCOUNT = f"""\
apiVersion: v1
kind: ServiceAccount
metadata: {{name: plumbrule, namespace: {NAMESPACE}, labels: {_LABELS}}}
automountServiceAccountToken: false
"""
_BINDING = f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: {NAME}, labels: {_LABELS}}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {NAME}}}
subjects:
  - {{kind: ServiceAccount, name: plumbrule, namespace: {NAMESPACE}}}
"""
_POLICY = f"""\
# Nobody may come in; out go questions to the API server and to DNS. Narrow the address to your API server's.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: plumbrule, namespace: {NAMESPACE}, labels: {_LABELS}}}
spec:
  podSelector: {{}}
  policyTypes: [Ingress, Egress]
  egress:
    - to:
        - namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: kube-system}}}}
          podSelector: {{matchLabels: {{k8s-app: kube-dns}}}}
      ports: [{{protocol: UDP, port: 53}}, {{protocol: TCP, port: 53}}]
    - to: [{{ipBlock: {{cidr: 10.0.0.0/8}}}}]
      ports: [{{protocol: TCP, port: 443}}, {{protocol: TCP, port: 6443}}]
"""
_QUOTA = f"""\
apiVersion: v1
kind: ResourceQuota
metadata: {{name: plumbrule, namespace: {NAMESPACE}, labels: {_LABELS}}}
spec: {{hard: {{pods: "4", requests.cpu: "2", requests.memory: 4Gi, limits.memory: 4Gi}}}}
"""
_RESULTS = f"""\
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: plumbrule-results
  namespace: {NAMESPACE}
  labels: {{app.kubernetes.io/name: plumbrule, owner: platform, environment: production, data-classification: internal}}
spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}
"""
_CRON = f"""\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: plumbrule
  namespace: {NAMESPACE}
  labels: &labels
    app.kubernetes.io/name: plumbrule
    app.kubernetes.io/instance: nightly
    app.kubernetes.io/version: "{__version__}"
    app.kubernetes.io/component: scan
    app.kubernetes.io/part-of: compliance
    owner: platform
    environment: production
    cost-centre: platform
    data-classification: internal
spec:
  schedule: "17 2 * * *"
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  successfulJobsHistoryLimit: 3
  failedJobsHistoryLimit: 3
  jobTemplate:
    metadata: {{labels: *labels}}
    spec:
      backoffLimit: 1
      podFailurePolicy:
        rules:   # 1 findings, 2 misuse, 3 incomplete: the result is written, and another run would say the same
          - {{action: FailJob, onExitCodes: {{containerName: scan, operator: In, values: [1, 2, 3]}}}}
      activeDeadlineSeconds: 3600
      ttlSecondsAfterFinished: 604800
      template:
        metadata: {{labels: *labels}}
        spec:
          restartPolicy: Never
          serviceAccountName: plumbrule
          automountServiceAccountToken: true
          securityContext:
            runAsNonRoot: true
            runAsUser: 65532
            runAsGroup: 65532
            fsGroup: 65532
            seccompProfile: {{type: RuntimeDefault}}
          containers:
            - name: scan
              # build it by the recipe of `plumbrule init --print dockerfile` and pin your own digest
              image: registry.example.com/platform/plumbrule:{__version__}@sha256:{"0" * 64}
              imagePullPolicy: IfNotPresent
              args:
                - scan
                - --cluster=in-cluster
                - --profile=platform
                - --format=json=/results/plumbrule.json
                - --format=openmetrics=/results/plumbrule.prom
                - --format=text
              resources:
                requests: {{cpu: 250m, memory: 512Mi, ephemeral-storage: 64Mi}}
                limits: {{memory: 2Gi, ephemeral-storage: 256Mi}}
              securityContext:
                allowPrivilegeEscalation: false
                privileged: false
                readOnlyRootFilesystem: true
                capabilities: {{drop: [ALL]}}
              volumeMounts: [{{name: results, mountPath: /results}}, {{name: tmp, mountPath: /tmp}}]
          volumes:
            - name: results
              persistentVolumeClaim: {{claimName: plumbrule-results}}
            - name: tmp
              emptyDir: {{sizeLimit: 64Mi}}
"""
