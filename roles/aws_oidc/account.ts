/** Which account, for each task that asks AWS; what is empty is left to the environment and ~/.aws. */
export const account = {
  region: '{{ aws_region | default(omit, true) }}',
  profile: '{{ aws_profile | default(omit, true) }}',
  endpoint_url: '{{ aws_endpoint_url | default(omit, true) }}',
} as const
