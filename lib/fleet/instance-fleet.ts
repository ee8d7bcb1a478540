import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { IInferenceImage } from '../image';
import { PRIVATE_SUBNETS } from '../image/private/private-subnets';
import { Problem } from '../validation';
import { FleetCapacity } from './fleet-capacity';
import { InstanceFleetProps } from './instance-fleet-props';
import { ColdStart } from './lifecycle';
import { addTerminationHook } from './lifecycle/private/create-drain';
import { annotateRollout } from './lifecycle/private/lifecycle-warnings';
import { checkFleet, checkUserData } from './private/check-fleet';
import { FleetSettings, fleetSettings } from './private/fleet-settings';
import { createInstanceGroup } from './private/instance-group';
import { createInstanceRole } from './private/instance-role';
import { FleetInstances, InstanceTraits } from './private/instance-traits';
import { createLaunchTemplate } from './private/launch-template';
import { checkTagKeys } from './private/tag-keys';
import { ScalableFleet } from './scaling';

/**
 * Instances of one AMI in one Auto Scaling group, however they get their work. A new AMI or launch template replaces them
 * by an instance refresh that CloudFormation waits for, and that it can roll back, because the group always names an AMI
 * id and a numeric version.
 */
export abstract class InstanceFleet extends ScalableFleet implements ec2.IConnectable, iam.IGrantable {
  /** The AMI that the instances boot. */
  public readonly image: IInferenceImage;
  /** Which instances, how many, and how they are bought; with the types that the fleet's region has. */
  public readonly capacity: FleetCapacity;
  public readonly coldStart: ColdStart;
  /** The role of the instances. */
  public readonly role: iam.Role;
  public readonly grantPrincipal: iam.IPrincipal;
  public abstract readonly connections: ec2.Connections;
  /**
   * What runs on the first boot of an instance, for settings that cannot be part of the AMI: add commands. At most 16 KB
   * before encoding, the limit of EC2. It can be read by anything on the instance: never put a secret here.
   */
  public readonly userData: ec2.UserData;
  /** @internal */
  protected readonly _settings: FleetSettings;

  protected constructor(scope: Construct, id: string, props: InstanceFleetProps) {
    super(scope, id);
    const { image, vpcSubnets = PRIVATE_SUBNETS } = props;
    this.capacity = checkFleet(this, props, vpcSubnets, (here) => this._problems(props, here));
    this._settings = fleetSettings(props, vpcSubnets);
    this.image = image;
    this.coldStart = this._settings.coldStart;
    annotateRollout(this, this._settings);
    this.role = createInstanceRole(this, image.instancePolicyStatements);
    this.grantPrincipal = this.role;
    this.userData = ec2.UserData.forLinux();
    this.node.addValidation({ validate: () => checkUserData(this, this.userData) });
    this.node.addValidation({ validate: () => checkTagKeys(this) });
  }

  /**
   * What only this kind of fleet refuses. It is called before the fleet has any property.
   * @internal
   */
  protected abstract _problems(props: InstanceFleetProps, capacity: FleetCapacity): Problem[];

  /**
   * Makes the launch template and the group, once, after what the kind of fleet puts before its instances.
   * @internal
   */
  protected _createInstances(traits: InstanceTraits): FleetInstances {
    const { image, capacity, role, userData } = this;
    const { vpc, timers } = this._settings;
    const launchTemplate = createLaunchTemplate(this, {
      ...{ vpc, image, role, userData, capacity },
      ingress: traits.ingress,
    });
    const group = createInstanceGroup(this, { ...this._settings, ...traits, image, capacity, launchTemplate });
    addTerminationHook(group, timers);
    return { launchTemplate, group };
  }
}
