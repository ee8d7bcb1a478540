import { CfnParameter, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ProblemList } from '../../../validation';
import { IInferenceImage } from '../../i-inference-image';
import { SsmParameterImageOptions } from '../../ssm-parameter-image-options';
import { existingImageProblems, existingImage } from './existing-image';
import { parameterNameProblems } from './parameter-name-problems';

/** The AMI that an SSM parameter names when the stack is deployed. */
export class SsmParameterImage extends Construct {
  public readonly image: IInferenceImage;

  /** @throws FleetConfigError when the AMI is not for Arm64 or no parameter can have the name */
  constructor(scope: Construct, id: string, props: SsmParameterImageOptions) {
    super(scope, id);
    const { parameterName } = props;
    const problems = new ProblemList();
    problems.addAll([...existingImageProblems(props, parameterName), ...parameterNameProblems(parameterName)]);
    if (Token.isUnresolved(parameterName)) {
      problems.add({
        what: 'parameterName',
        got: 'a value that is only known at deployment',
        allowed: 'a name',
        // CloudFormation reads the parameters of a template before it makes the first resource.
        fix: 'write the name out, and let another stack make the parameter; in the stack of the image use the image',
      });
    }
    problems.throwIfAny(this.node.path);
    const parameter = new CfnParameter(this, 'AmiId', {
      type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
      default: parameterName,
      description: 'AMI of an inference fleet, read at each deployment and never at launch',
    });
    this.image = existingImage(parameter.valueAsString, props);
  }
}
