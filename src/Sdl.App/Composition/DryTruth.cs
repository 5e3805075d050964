using Sdl.Core.Materials;
using Sdl.Core.Planning;
using Sdl.Core.Units;
using Sdl.Runtime.Campaigns;
using Sdl.Simulators.Physics;

namespace Sdl.App.Composition;

/// <summary>What the simulated laboratory would measure without any error: only a dry run can know it.</summary>
public static class DryTruth
{
    /// <summary>True conductivity of a formulation in the unit of the objective, at the temperature of
    /// the reference.</summary>
    public static double Conductivity(CampaignPlan plan, Formulation at)
    {
        var mix = ElectrolyteComposition.FromMoles(at.Fractions);
        var kelvin = plan.Reference!.Temperature.Si;
        return Quantity.Of(Electrolyte.Conductivity(mix, kelvin), "S/m").In(plan.Objective.Unit);
    }

    /// <summary>Whether the simulators know the truth of this campaign.</summary>
    public static bool Knows(CampaignPlan plan) =>
        plan.Reference is not null && plan.Objective.Unit.Dimension == Unit.Parse("S/m").Dimension
        && plan.Mixture.Components.All(c => Substance.Find(c.Name) is not null);
}
