import { defaults } from 'playscript'

// What the role does unless a play or an inventory says otherwise. Its tasks are typed by it.
const app = defaults({
  app_name: 'demo-app',
  app_image: 'amazon/aws-cli:2.15.40',
  /** Whose pods the role of AWS trusts. */
  app_namespace: 'default',
  app_service_account: 'demo-service-account',
  /** Mount the token that is meant for AWS; without it the pod shows AWS the one that is not. */
  app_projected_token: true,
  /** How often the Job asks AWS, ten seconds apart: a new role takes a while to be known everywhere. */
  app_tries: 6,
  role_session_name: 'k3s-cluster',
  aws_region: 'eu-central-1',
  /** Another endpoint than AWS's own; a lab has one. */
  aws_endpoint_url: '',
  /** What AWS must answer to the pod: the role, as a session of it is named. */
  app_identity:
    "arn:{{ role_arn.split(':')[1] }}:sts::{{ role_arn.split(':')[4] }}:assumed-role/{{ role_arn.split('/') | last }}/{{ role_session_name }}",
  /** All that the Job is made from, as one word: another word means another Job. */
  app_made_from: "{{ lookup('template', 'demo-app.yml.njk', template_vars={'app_made_from': ''}) | hash }}",
})

export default app

/** The role's variables: its defaults, and what it must be given. */
export type AppVars = typeof app & {
  /** The role of AWS that the pod assumes; a fact that the tasks before it set. */
  readonly role_arn: string
}
