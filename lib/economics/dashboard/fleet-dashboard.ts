import { Lazy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { FleetConfigError, Problem } from '../../validation';
import { FleetEconomics } from '../fleet-economics';
import { DashboardContent } from './dashboard-content';
import { FleetDashboardProps } from './fleet-dashboard-props';
import { fleetProblems, sectionProblems } from './private/dashboard-problems';
import { fleetSection } from './private/fleet/fleet-sections';
import { pagesOf, Section } from './private/pages';
import { shareReferences } from './private/shared-references';
import { summarySections } from './private/summary/summary-sections';
import { sizeProblems } from './private/template-size';
import { text } from './private/widgets';

/**
 * So many fleets fit into any template: the sections of one take some 17 kB of 1 MB. Measuring renders all of them once
 * more, which for one fleet in a stack of its own is a tenth of the time of its synthesis.
 */
const FEW_FLEETS = 5;

/**
 * CloudWatch dashboards of what fleets do, have, draw and cost, of any region and account: first a summary when there are
 * several fleets, then for each fleet its service, capacity, power, cost and carbon, and a text that says how each figure
 * is made, from what source and date. Estimates say so on their widget.
 *
 * What is too much for one dashboard (CloudWatch allows 500 widgets and 2,500 metrics) goes on to the next; the first has
 * links to the others. It reads free metrics only. CloudWatch bills 3.00 USD for each dashboard and month after the first
 * three of an account (us-east-1, list price 2026).
 *
 * Fleets of other regions need nothing. The metrics of other accounts stay empty until CloudWatch shares them with the
 * dashboard's account:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_xaxr_dashboard.html (read on 2026-11-23).
 * Names of resources come from the fleets' stacks by `Fn::GetStackOutput`, which CDK writes for references to other
 * regions and accounts; for another account it also adds a role to the fleet's stack, by which the deployment of the
 * dashboard may read that stack's outputs and nothing else. They are read when the dashboard's stack is deployed: deploy it
 * again after a fleet's load balancer or group has been replaced.
 */
export class FleetDashboard extends Construct {
  /** The dashboards, none for `DashboardContent.NONE`. The first has the summary, and links to the others. */
  public readonly dashboards: cloudwatch.Dashboard[];
  /** The economics of each fleet, in the order of `fleets`. */
  public readonly economics: FleetEconomics[];

  /**
   * @throws FleetConfigError with every problem of the fleets: none, one given twice, one whose region cannot be referred
   * to, more than one widget can add up (228 with the published models); at synthesis, when the dashboards are more than a
   * template may hold (the sections of some 60 fleets)
   */
  constructor(scope: Construct, id: string, props: FleetDashboardProps) {
    super(scope, id);
    const { fleets, ownEconomics = [], content = DashboardContent.EVERY_FLEET } = props;
    this.throwIfAny(fleetProblems(this, props));
    this.economics = fleets.map(
      (fleet) => ownEconomics.find((economics) => economics.fleet === fleet) ?? new FleetEconomics(fleet, props),
    );
    const summary = fleets.length > 1 || content === DashboardContent.SUMMARY ? this.summarySections() : [];
    const details = content === DashboardContent.EVERY_FLEET ? this.fleetSections() : [];
    this.throwIfAny(sectionProblems(summary, fleets.length));
    this.dashboards = content === DashboardContent.NONE ? [] : this.createDashboards([...summary, ...details]);
    if (fleets.length > FEW_FLEETS) {
      this.node.addValidation({
        validate: () => {
          this.throwIfAny(sizeProblems(this.dashboards));
          return [];
        },
      });
    }
  }

  /**
   * The sections of every fleet, for a dashboard of your own: `dashboard.addWidgets(...fleets.widgets())`. Each call makes
   * new widgets. CloudWatch's limits are yours to keep there.
   */
  public widgets(): cloudwatch.IWidget[] {
    return columnOf(this.fleetSections());
  }

  /** The summary across the fleets, for a dashboard of your own. Each call makes new widgets. */
  public summaryWidgets(): cloudwatch.IWidget[] {
    return columnOf(this.summarySections());
  }

  private summarySections(): Section[] {
    return summarySections(this.economics, this);
  }

  private fleetSections(): Section[] {
    return this.economics.map(fleetSection);
  }

  private createDashboards(sections: Section[]): cloudwatch.Dashboard[] {
    const [first, ...rest] = pagesOf(sections);
    // The others have their names when the first is written into the template.
    const links = Lazy.string({ produce: () => linksTo(this.dashboards.slice(1)) });
    return [
      this.createDashboard('Resource', rest.length > 0 ? [[[text(links)]], ...first] : first),
      ...rest.map((page, index) => this.createDashboard(`Page${index + 2}`, page)),
    ];
  }

  private createDashboard(id: string, sections: readonly Section[]): cloudwatch.Dashboard {
    const dashboard = new cloudwatch.Dashboard(this, id, {
      widgets: sections.flat().map((row) => [...row]),
      periodOverride: cloudwatch.PeriodOverride.INHERIT,
    });
    shareReferences(dashboard);
    return dashboard;
  }

  private throwIfAny(problems: Problem[]): void {
    if (problems.length > 0) {
      throw new FleetConfigError(this.node.path, problems);
    }
  }
}

function linksTo(others: readonly cloudwatch.Dashboard[]): string {
  const links = others.map(({ dashboardName }, index) => `[Page ${index + 2}](#dashboards:name=${dashboardName})`);
  return `This is page 1. ${links.join(', ')}`;
}

/** One below the other, whatever stands beside them. */
function columnOf(sections: readonly Section[]): cloudwatch.IWidget[] {
  return [new cloudwatch.Column(...sections.flat().map((row) => new cloudwatch.Row(...row)))];
}
