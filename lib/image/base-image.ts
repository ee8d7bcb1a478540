import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { FleetConfigError } from '../validation';

/** The AMI that an image is built on. */
export class BaseImage {
  /**
   * Amazon Linux 2023 for Arm64 with its default kernel: glibc 2.34, standard support until 2027-06-30.
   *
   * The newest one is taken when the image is next built, never in between: a deployment that changes nothing in the
   * image keeps the AMI.
   */
  public static amazonLinux2023(): BaseImage {
    return BaseImage.fromSsmParameter('/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64');
  }

  /**
   * An AMI by an SSM parameter that Image Builder reads when it builds. Its root device must be `/dev/xvda`, its
   * package manager dnf, as on Amazon Linux 2023.
   *
   * @param parameterName name of the parameter, beginning with `/`
   * @throws FleetConfigError when the name says that the AMI is for x86
   */
  public static fromSsmParameter(parameterName: string): BaseImage {
    if (/x86_64|amd64/.test(parameterName)) {
      throw new FleetConfigError('BaseImage.fromSsmParameter', [
        {
          what: 'parameterName',
          got: `${parameterName} (x86_64)`,
          allowed: 'an AMI for arm64',
          fix: 'use the parameter of the Arm image, for example BaseImage.amazonLinux2023()',
        },
      ]);
    }
    return new BaseImage(`ssm:${parameterName}`, ec2.InstanceArchitecture.ARM_64);
  }

  /**
   * An AMI by its id, with the architecture that you know it to have: nothing at synthesis can look it up.
   *
   * @throws FleetConfigError when the architecture is not arm64
   */
  public static fromAmiId(amiId: string, architecture: ec2.InstanceArchitecture): BaseImage {
    if (architecture !== ec2.InstanceArchitecture.ARM_64) {
      throw new FleetConfigError('BaseImage.fromAmiId', [
        {
          what: 'architecture',
          got: `${architecture} for ${amiId}`,
          allowed: 'arm64',
          fix: 'use an Arm image: Graviton instances cannot boot another',
        },
      ]);
    }
    return new BaseImage(amiId, architecture);
  }

  private constructor(
    /** What Image Builder takes as parent image: an AMI id, or `ssm:` and the name of a parameter. */
    public readonly parentImage: string,
    /** Architecture of the AMI. */
    public readonly architecture: ec2.InstanceArchitecture,
  ) {}
}
