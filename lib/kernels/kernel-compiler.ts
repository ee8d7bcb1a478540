import { FleetConfigError } from '../validation';
import { packageProblems } from './source/package-problems';

/** A compiler of your own choice, on the instance that builds an image. */
export interface KernelCompilerOptions {
  /** Packages of the base image's repositories that bring it. */
  readonly packages: string[];
  /** Command that compiles C, for example `gcc14-gcc`. */
  readonly cCommand: string;
  /** Command that compiles C++, for example `gcc14-g++`. */
  readonly cxxCommand: string;
}

/** What compiles a bundle on the instance that builds an image (Amazon Linux 2023 User Guide, 2026). */
export class KernelCompiler {
  /** GCC 14. It knows Graviton4's core, and compiles with that for Graviton5, whose instructions are the same. */
  public static gcc14(): KernelCompiler {
    return new KernelCompiler({
      packages: ['gcc14', 'gcc14-c++'],
      cCommand: 'gcc14-gcc',
      cxxCommand: 'gcc14-g++',
    });
  }

  /** The default GCC of Amazon Linux 2023: GCC 11, with Amazon's tuning for Graviton4 and 5. */
  public static gcc(): KernelCompiler {
    return new KernelCompiler({ packages: ['gcc', 'gcc-c++'], cCommand: 'gcc', cxxCommand: 'g++' });
  }

  /** Clang 19, which knows Graviton5's core. GCC comes along for its start files and libraries. */
  public static clang19(): KernelCompiler {
    return new KernelCompiler({
      packages: ['clang19', 'gcc', 'gcc-c++'],
      cCommand: 'clang-19',
      cxxCommand: 'clang++-19',
    });
  }

  /**
   * Another compiler that takes the options of GCC.
   *
   * @throws FleetConfigError when a command or the name of a package has characters that a shell would not take as they
   * are
   */
  public static of(options: KernelCompilerOptions): KernelCompiler {
    const { packages, cCommand, cxxCommand } = options;
    const problems = [
      ...Object.entries({ cCommand, cxxCommand })
        .filter(([, command]) => !/^[\w./+-]+$/.test(command))
        .map(([what, command]) => ({
          what,
          got: JSON.stringify(command),
          allowed: 'one word such as gcc14-gcc, without options',
          fix: 'give the command alone, and put options into CFLAGS of the build command',
        })),
      ...packageProblems('packages', packages),
    ];
    if (problems.length > 0) {
      throw new FleetConfigError('KernelCompiler.of', problems);
    }
    return new KernelCompiler(options);
  }

  /** Packages that bring it. */
  public readonly packages: string[];
  /** Command that compiles C. */
  public readonly cCommand: string;
  /** Command that compiles C++. */
  public readonly cxxCommand: string;

  private constructor({ packages, cCommand, cxxCommand }: KernelCompilerOptions) {
    this.packages = packages;
    this.cCommand = cCommand;
    this.cxxCommand = cxxCommand;
  }
}
