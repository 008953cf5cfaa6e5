using ServiceDefaults.Settings.Layers;
using ServiceDefaults.Settings.Loading;

namespace ServiceDefaults.Settings.Reload;

/// <summary>What the settings in force were made from. Process environment and command line stay what they were at the start.</summary>
/// <param name="Files">The files as the service started with them.</param>
internal sealed record SettingsOrigin(SettingsInputs Inputs, SettingsLoadScope Scope, SettingsFiles Files, SettingsPin Pin);
