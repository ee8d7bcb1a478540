/** Public constructs that fleet.yaml does not make, each with its reason. */
export const LEFT_OUT_CONSTRUCTS: Readonly<Record<string, string>> = {
  DeployRole:
    'deployed by hand before anything else, once per account: a file that CI deploys must not widen the role of CI',
  InferenceFleetProduct: 'a version of a Service Catalog product, in the app of its portfolio',
  WorkerFleetProduct: 'a version of a Service Catalog product, in the app of its portfolio',
};

/**
 * What fleet.yaml leaves out on purpose: parts of the public API without a form in plain data, by `Type.member`, each with
 * its reason. The generator fails on anything else that it cannot bind, and on an entry that leaves out nothing.
 */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'aws-cdk-lib.StackProps.env': '`environments` of the file says it, once for all fleets',
  'aws-cdk-lib.StackProps.synthesizer': 'a synthesizer is code; the bootstrap qualifier stands in cdk.json',
  'aws-cdk-lib.StackProps.propertyInjectors': 'injectors are code; policy layers do the same for files',
  'aws-cdk-lib.aws_ec2.SubnetSelection.subnets': '`subnetFilters: [{ byIds: [...] }]` selects the same subnets',
  'ScalableFleet.wakeOnAlarm': 'takes an Alarm that the same app makes, which an imported one is not',
  'InstanceFleet.addRolloutAlarm': '`alarms` of every factory of `rollout` says the same',
};
