# Builds, signs and tries the program for Windows; run in a checkout, on Windows with Python and NSIS.
#
#   release\windows\build.ps1 [-Thumbprint HEX] [-TimeStamp URL]
#
# The certificate comes from outside: from the store of the account that runs this, or from a token
# that signtool reaches, named by its thumbprint. Without one nothing is signed, and it says so.

param(
    [string] $Thumbprint = "",
    [string] $TimeStamp = "http://timestamp.digicert.com"
)
$ErrorActionPreference = "Stop"
$root = Resolve-Path (Join-Path $PSScriptRoot "..\..")
Set-Location $root

function Invoke-Checked([string] $program, [string[]] $arguments) {
    & $program @arguments
    if ($LASTEXITCODE -ne 0) { throw "$program ended with $LASTEXITCODE" }
}

Invoke-Checked "python" @("dev.py", "build", "--bundle-only")   # with the bundle's self-test
$bundle = Join-Path $root "dist\kamusm-esign"
$python = Join-Path $root ".venv\Scripts\python.exe"

$sign = ""
if ($Thumbprint -ne "") {
    $found = Get-ChildItem "${env:ProgramFiles(x86)}\Windows Kits\10\bin\*\x64\signtool.exe"
    $tool = $found | Sort-Object FullName | Select-Object -Last 1 -ExpandProperty FullName
    $words = @("sign", "/sha1", $Thumbprint, "/fd", "SHA256", "/tr", $TimeStamp, "/td", "SHA256")
    foreach ($program in Get-ChildItem $bundle -Filter "*.exe") {
        Invoke-Checked $tool ($words + $program.FullName)
    }
    $sign = "`"$tool`" " + ($words -join " ")
} else {
    Write-Warning "no -Thumbprint: what is built here is not signed"
}
Invoke-Checked $python @("-m", "release.windows.installer", $bundle, (Join-Path $root "dist"), $sign)

# What people will have: installed, tried, removed.
$setup = Get-ChildItem (Join-Path $root "dist") -Filter "kamusm-esign-*-windows-x64.exe"
$target = Join-Path $env:TEMP "kamusm-esign-try"
Start-Process $setup.FullName -ArgumentList "/S", "/D=$target" -Wait
$installed = Get-ChildItem $target -Recurse -Filter "kamusm-esign-cli.exe"
Invoke-Checked $installed.FullName @("selftest")
Start-Process (Join-Path $target "uninstall.exe") -ArgumentList "/S", "_?=$target" -Wait
if (Test-Path (Join-Path $target "app-*")) { throw "the uninstaller left something" }
